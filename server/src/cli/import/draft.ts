import type { ManifestInput } from '@handfast/contract'

/** One thing that whoever imports has to know or to do, with its place in what was imported. */
export type Remark = {
  /** `todo`: has to be done before it can be called. `unusable`: nothing came of it. */
  readonly level: 'note' | 'todo' | 'unusable'
  readonly pointer: string
  readonly message: string
}

/** An entry of a runner file, for a server that is a program. */
export type RunnerEntry = { readonly command: string; readonly args: readonly string[]; readonly passEnv: readonly string[] }

/** What became of one entry: a manifest to look through and hand in, never something that is live. */
export type Draft = {
  readonly slug: string
  readonly name: string
  readonly manifest: ManifestInput | null
  /** Text of the OpenAPI document, where it came along. */
  readonly document: string | null
  readonly runner: RunnerEntry | null
  readonly remarks: readonly Remark[]
}
