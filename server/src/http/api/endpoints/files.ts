import { fileByLink, fileInPath, handedFile, handOver } from '@handfast/contract'
import type { HandedFile, HandedFiles } from '../../../files/index.ts'
import { rfc3339 } from '../../../lib/index.ts'
import { safeName } from '../../../protocol/openapi/index.ts'
import { type AnyEndpoint, Download, download, endpoint } from '../endpoint.ts'
import { everybody, sessionOrToken } from '../policy.ts'

export type FileRooms = { readonly files: HandedFiles }

/** Files that people give to Actions and get from them. */
export function fileEndpoints({ files }: FileRooms): readonly AnyEndpoint[] {
  return [
    endpoint({
      method: 'POST',
      path: '/api/v1/files',
      summary: 'Hand a file over, to name it in the arguments of a call within the hour',
      policy: sessionOrToken(),
      ledger: { none: 'it goes away by itself; the call that it goes along with is recorded' },
      input: handOver,
      output: handedFile,
      status: 201,
      // Base64, and what stands around it.
      mostBytes: 14_100_000,
      handle: async ({ name, mediaType, data }, { user, workspace }) => {
        const kept = await files.keep({ user, workspace }, { name: safeName(name) || 'file', mediaType, bytes: Buffer.from(data, 'base64') }, null)
        return { ...kept, expiresAt: rfc3339(kept.expiresAt) }
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/files/{id}',
      summary: 'A file of yours: one that you handed over, or that an Action answered with',
      policy: sessionOrToken(),
      ledger: { none: 'reading' },
      input: fileInPath,
      output: download,
      handle: async ({ id }, { user, workspace }) => downloadOf(await files.open({ user, workspace }, id)),
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/handed-files',
      summary: 'A file that a person handed to an API, by the link that the API was given',
      policy: everybody('the link is sealed by us, names one file, and is good for five minutes'),
      ledger: { none: 'reading; the call that handed the link out is recorded' },
      input: fileByLink,
      output: download,
      handle: async ({ link }) => downloadOf(await files.openLink(link)),
    }),
  ]
}

/** Types that a browser would run under our address are sent as bytes, whoever says what they are. */
const ACTIVE = /html|xml|svg|javascript|ecmascript|pdf/i

function downloadOf({ name, mediaType, bytes }: HandedFile): Download {
  async function* pieces() {
    yield bytes
  }
  return new Download(name, pieces(), ACTIVE.test(mediaType) ? 'application/octet-stream' : mediaType)
}
