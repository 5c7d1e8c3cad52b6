import type { Developers } from '../developers/index.ts'
import type { HandedOverOf } from '../terms/index.ts'

/** When a connector changed hands, for the terms: each approved transfer, the earliest first. The room is built first or last, so it is asked for. */
export function handedOver(developers: () => Pick<Developers, 'transfers'>): HandedOverOf {
  return async (workspace, connector) => {
    const transfers = await developers().transfers.list(workspace, { connector })
    return transfers
      .flatMap(({ developer: from, to, decision }) => (decision?.approved === true && to !== null ? [{ at: decision.at, from, to }] : []))
      .toSorted((a, b) => a.at - b.at)
  }
}
