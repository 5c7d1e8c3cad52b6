import { Refusal } from '../lib/index.ts'

export class RunnerFileError extends Refusal {
  override readonly name = 'RunnerFileError'
  readonly code = 'runner/file-invalid'
  readonly status = 422
  readonly who = 'operator'
  readonly problems: readonly { readonly pointer: string; readonly message: string }[]
  constructor(path: string, problems: RunnerFileError['problems']) {
    super(`${path} cannot be used:\n${problems.map(({ pointer, message }) => `  ${pointer === '' ? '/' : pointer}: ${message}`).join('\n')}`)
    this.problems = problems
  }
}

export class SandboxMissingError extends Refusal {
  override readonly name = 'SandboxMissingError'
  readonly code = 'runner/no-sandbox'
  readonly status = 503
  readonly who = 'operator'
  constructor() {
    super('The runner file asks for a sandbox, and this system has no working bubblewrap (bwrap). Install it, or say `sandbox: auto`.')
  }
}
