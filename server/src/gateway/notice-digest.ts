import type { ReleaseContent } from '@handfast/contract'
import { noticeInForce } from '../notices/index.ts'

/** Digest of the privacy notice of a release as people read it (clause 3c-privacy). */
export function noticeDigest(content: ReleaseContent): string {
  return noticeInForce(content).sha256
}
