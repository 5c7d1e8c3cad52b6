import type { AttestationId, ManifestInput } from '../api/publishing.ts'

/** What the form holds: texts as they are typed. */
export type DraftValues = {
  readonly kind: 'mcp' | 'openapi'
  readonly url: string
  readonly document: string
  readonly name: string
  readonly slug: string
  readonly description: string
  readonly receives: string
  readonly notice: string
  readonly noticeUrl: string
  readonly ageRating: 'everyone' | '13+' | '16+' | '18+'
  readonly credential: 'none' | 'bearer' | 'basic' | 'header' | 'query' | 'oauth2'
  readonly place: string
  readonly ownsApi: boolean
  readonly key: string
  /** What is ticked, where each sentence has to be. */
  readonly attests: readonly AttestationId[]
  /** Of a test account, for the reviewers. */
  readonly reviewerKey: string
}

export const emptyDraft: DraftValues = {
  kind: 'mcp',
  url: '',
  document: '',
  name: '',
  slug: '',
  description: '',
  receives: '',
  notice: '',
  noticeUrl: '',
  ageRating: 'everyone',
  credential: 'none',
  place: '',
  ownsApi: false,
  key: '',
  attests: [],
  reviewerKey: '',
}

/** A short name made of a long one; empty where nothing usable is left. */
export function slugFrom(name: string): string {
  const letters = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^[^a-z]+|-+$/g, '')
  return letters.slice(0, 31).replace(/-+$/, '')
}

/** What a document says about itself, so that nobody has to type it again. Only what is plain to see; the server reads the document whole. */
export function readHead(text: string): Partial<Pick<DraftValues, 'name' | 'description' | 'url'>> {
  const parsed = parseJson(text)
  if (parsed !== null) {
    const { info, servers } = parsed as { info?: { title?: unknown; description?: unknown }; servers?: readonly { url?: unknown }[] }
    return known({ name: info?.title, description: info?.description, url: servers?.[0]?.url })
  }
  // YAML, by the lines in which these stand as a rule.
  const line = (pattern: RegExp) => pattern.exec(text)?.[1]?.replaceAll(/^["']|["']$/g, '')
  return known({ name: line(/^ {2}title: *(.+)$/m), url: line(/^servers:\s*\n\s*- *url: *(\S+)/m), description: undefined })
}

function parseJson(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' ? value : null
  } catch {
    return null
  }
}

function known({ name, description, url }: Readonly<Record<'name' | 'description' | 'url', unknown>>) {
  return {
    ...(typeof name === 'string' && name.trim() !== '' ? { name: name.trim().slice(0, 60) } : {}),
    ...(typeof description === 'string' && description.trim() !== '' ? { description: description.trim().slice(0, 4_000) } : {}),
    ...(typeof url === 'string' && /^https?:\/\//.test(url) ? { url } : {}),
  }
}

export function manifestOf(values: DraftValues): ManifestInput {
  const { kind, credential, place } = values
  const receives = values.receives.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]))
  return {
    slug: values.slug.trim(),
    name: values.name.trim(),
    kind,
    url: values.url.trim(),
    description: values.description.trim(),
    receives,
    ...(values.noticeUrl.trim() === '' ? { privacyNotice: values.notice.trim() } : { privacyNoticeUrl: values.noticeUrl.trim() }),
    ageRating: values.ageRating,
    ownsApi: values.ownsApi,
    credential: credential === 'header' || credential === 'query' ? { type: credential, name: place.trim() } : { type: credential },
  }
}
