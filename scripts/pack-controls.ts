import { parseDocument } from 'yaml'

type Listed = { readonly id: string; readonly clauses: readonly string[]; readonly evidence: string }

/** The text of a pack with the controls of the running code under their clauses, and the evidence that each leaves. */
export function withControls(pack: string, controls: readonly Listed[]): string {
  const document = parseDocument(pack)
  const clauses = document.get('clauses') as { readonly items: readonly { readonly key: { readonly value: string } }[] }
  for (const {
    key: { value: clause },
  } of clauses.items) {
    const mine = controls.filter((control) => control.clauses.includes(clause)).toSorted((a, b) => (a.id < b.id ? -1 : 1))
    document.deleteIn(['clauses', clause, 'controls'])
    if (mine.length > 0)
      document.setIn(['clauses', clause, 'controls'], document.createNode(Object.fromEntries(mine.map(({ id, evidence }) => [id, evidence]))))
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: true })
}
