/** What a report is about. */
export type ReportSubject = {
  /** As people call it: a name, or the file. */
  readonly name: string
  /** File or address that was looked at. */
  readonly place: string
  /** Lines of pointers in that file, where it holds what the pointers mean. */
  readonly lines?: ReadonlyMap<string, number>
  /** Reasons of reviewers who dismissed a finding, by fingerprint. */
  readonly dismissed?: ReadonlyMap<string, string>
}
