import { pieces } from './hidden-characters.ts'

/**
 * Text that somebody else wrote: a connector, a developer, an assistant. It is never read as markup, cannot change the direction of what
 * stands beside it, and hides nothing.
 * @param lines keep line breaks, for descriptions, notices and values
 */
export function Foreign({ text, lines = false }: { readonly text: string; readonly lines?: boolean }) {
  let at = 0
  return (
    <bdi className={lines ? 'foreign lines' : 'foreign'}>
      {pieces(text, lines).map((piece) => {
        const key = at++
        return 'text' in piece ? (
          piece.text
        ) : (
          <span key={key} className="unseen" title={piece.name}>
            {piece.code}
          </span>
        )
      })}
    </bdi>
  )
}
