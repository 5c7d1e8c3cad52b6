import type { Exchanger } from './exchange.ts'

/** Carries JSON-RPC messages to connectors and answers back, whatever transport they speak. */
export type Wire = Pick<Exchanger, 'post' | 'resume' | 'end'>
