/** What each step added, taken away again. */
const undoing: Readonly<Record<string, readonly string[]>> = {
  '0017': [
    ...['developer_findings_once_0', 'developer_domains_once_1', 'developer_contacts_once_2', 'party_lists_once_3'],
    ...['transfers_once_4', 'transfers_once_5'],
  ].map((index) => `drop index ${index}`),
  '0018': ['review_claims_open', 'probe_runs_open', 'releases_waiting'].map((index) => `drop index ${index}`),
  '0019': ['drop table decision_replies'],
  '0020': ['alter table rescans drop column cannot_look_at'],
}

/** The statements that make a database what it was before a step, so that a test can put something in and take the step again. */
export function backBefore(step: '0017' | '0018'): readonly { readonly sql: string; readonly parameters: readonly never[] }[] {
  const undone = Object.entries(undoing).flatMap(([name, statements]) => (name < step ? [] : statements))
  return [...undone, `delete from kysely_migration where name >= '${step}'`].map((sql) => ({ sql, parameters: [] }))
}
