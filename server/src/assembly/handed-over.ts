import type { Developers } from '../developers/index.ts'
import type { HandedOverOf } from '../terms/index.ts'

/** When a connector changed hands, for the terms: each approved transfer, the earliest first. The room is built first or last, so it is asked for. */
export function handedOver(developers: () => Pick<Developers, 'transfers'>): HandedOverOf {
  return (workspace, connector) => developers().transfers.handedOver(workspace, connector)
}
