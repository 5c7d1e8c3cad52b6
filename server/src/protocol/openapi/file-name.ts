/** Endings that people recognise; anything else keeps the one that its media type suggests by its own name. */
const ENDINGS: ReadonlyMap<string, string> = new Map([
  ['text/plain', 'txt'],
  ['text/csv', 'csv'],
  ['text/markdown', 'md'],
  ['application/json', 'json'],
  ['application/xml', 'xml'],
  ['application/pdf', 'pdf'],
  ['application/zip', 'zip'],
  ['application/gzip', 'gz'],
  ['image/jpeg', 'jpg'],
  ['image/svg+xml', 'svg'],
  ['audio/mpeg', 'mp3'],
  ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'xlsx'],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'docx'],
])

/** The name that the API gave (RFC 6266), without folders and control characters, or one made from the media type. */
export function fileName(headers: Readonly<Record<string, string | undefined>>, mediaType: string): string {
  const told = headers['content-disposition']?.slice(0, 2_000) ?? ''
  const extended = /filename\*\s*=\s*(?:utf-8)''([^;\s]+)/i.exec(told)?.[1]
  const plain = /filename\s*=\s*(?:"([^"]*)"|([^;\s]+))/i.exec(told)
  const name = safeName(decoded(extended) ?? plain?.[1] ?? plain?.[2] ?? '')
  return name === '' ? `answer.${ENDINGS.get(mediaType) ?? mediaType.split('/')[1]?.replace(/[^a-z0-9].*$/, '') ?? 'bin'}` : name
}

/** As a name that no system takes for a path, an option or something hidden. */
export function safeName(given: string): string {
  const last = given.split(/[/\\]/).at(-1) ?? ''
  return last
    .replace(/[\p{Cc}\p{Cf}"<>:|?*]/gu, '')
    .replace(/^[.\s-]+|[.\s]+$/g, '')
    .slice(0, 120)
    .toWellFormed()
}

function decoded(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text)
  } catch {
    return undefined
  }
}
