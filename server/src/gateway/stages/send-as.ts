import type { HandedFiles } from '../../files/index.ts'
import type { Limits } from '../../limits/index.ts'
import { type CallAccounts, linkable } from '../../links/index.ts'
import { CredentialRejectedError, type Upstream } from '../../upstream/index.ts'
import { gain, type Intended } from '../call.ts'
import { type Reply, type SendLimits, send } from './send.ts'

export type SendNeeds = {
  readonly upstream: Upstream
  readonly limits: Limits
  readonly sendLimits: SendLimits
  readonly accounts: CallAccounts
  readonly approvalWaitMs: number
  readonly files?: HandedFiles
}

/**
 * Sends as the account that the call is for. A connector that refuses the credential did nothing (RFC 9110 section 15.5.2), so the call goes out once more
 * where the access could be renewed; where only the person can help, they are asked.
 * @throws LinkNeededError, NotGrantedError, RenewingFailedError and what sending throws
 */
export async function sendAs(call: Intended, needs: SendNeeds): Promise<Reply> {
  const { upstream, limits, sendLimits, files } = needs
  try {
    return await send(call, upstream, limits, sendLimits, files)
  } catch (error) {
    const { credential, permit, standing, release } = call
    if (!(error instanceof CredentialRejectedError) || credential === null) throw error
    const refused = { credential: credential.id, secret: credential.secret, status: Number(error.detail['status'] ?? 0), challenge: error.challenge }
    const asking = { declined: call.declined, waitMs: needs.approvalWaitMs, signal: call.signal, label: null }
    const fresh = await needs.accounts.rejected(permit, linkable(standing, release), refused, asking)
    if (fresh === null) throw error
    return await send(gain(call, { credential: fresh }), upstream, limits, sendLimits, files)
  }
}
