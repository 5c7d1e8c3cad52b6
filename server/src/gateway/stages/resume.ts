import { type Clock, canonicalJson, isObject, MINUTE, sha256 } from '../../lib/index.ts'
import { SealBrokenError, type Sealing } from '../../sealing/index.ts'
import { type Checked, gain, type Permitted, type Round } from '../call.ts'
import { StateInvalidError } from '../gateway-errors.ts'

/** How long an assistant has for each round. */
export const STATE_LASTS = 15 * MINUTE

/**
 * A state is sealed for one person, assistant, release and request: with another of any of them it does not open (2026-07-28
 * basic/utilities/mrtr, request state is hostile).
 */
export function statePlace({ principal, standing, release, tool, arguments: args }: Permitted): string {
  const { user, workspace, assistant } = principal
  return `mcp-state:${workspace}:${user}:${assistant}:${standing.connector}:${release.id}:${tool.name}:${sha256(canonicalJson(args))}`
}

/** Takes up a call whose connector asked something. @throws StateInvalidError for a state that is not ours, not for this, or too old */
export function resume(call: Checked, sealing: Sealing, clock: Clock): Checked {
  const { requestState, inputResponses = {} } = call
  if (requestState === undefined) {
    if (call.inputResponses === undefined) return call
    const round: Round = { inner: undefined, inputResponses, approved: false, nonce: '', expiresAt: 0 }
    return gain(call, { round })
  }
  const state = opened(sealing, statePlace(call), requestState)
  if (state === undefined || state.expiresAt <= clock.now()) throw new StateInvalidError()
  return gain(call, { round: { ...state, inputResponses } })
}

type State = Omit<Round, 'inputResponses'>

export function sealState(sealing: Sealing, call: Permitted, state: State): string {
  return sealing.seal(statePlace(call), JSON.stringify(state))
}

function opened(sealing: Sealing, place: string, sealed: string): State | undefined {
  try {
    const state: unknown = JSON.parse(sealing.open(place, sealed))
    return isObject(state as never) ? (state as State) : undefined
  } catch (error) {
    if (error instanceof SealBrokenError) return undefined
    throw error
  }
}
