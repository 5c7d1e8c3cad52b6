import { sha256 } from '../../lib/index.ts'

/** Names a finding for good: by its fingerprint where it has one, or else by what it says and where. */
export function findingKey(finding: {
  readonly rule: string
  readonly pointer: string
  readonly message: string
  readonly fingerprint?: string
}): string {
  return finding.fingerprint ?? sha256(JSON.stringify([finding.rule, finding.pointer, finding.message]))
}
