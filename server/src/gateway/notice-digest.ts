import type { ReleaseContent } from '@handfast/contract'
import { sha256 } from '../lib/index.ts'

const known = new WeakMap<ReleaseContent, string>()

/** SHA-256 of the privacy notice as people read it: what an enablement remembers (clause 3c-privacy). */
export function noticeDigest(content: ReleaseContent): string {
  let digest = known.get(content)
  if (digest === undefined) {
    digest = sha256(content.privacyNotice)
    known.set(content, digest)
  }
  return digest
}
