import { canonicalJson, rfc3339 } from '../lib/index.ts'
import type { ContractingEntity } from './contracting-entity.ts'

export type ReceiptOf = {
  readonly acceptance: string
  readonly workspace: string
  readonly developer: { readonly id: string; readonly name: string; readonly country: string }
  readonly by: string
  readonly onBehalfOf: string | null
  readonly authorityAttested: boolean
  readonly entity: ContractingEntity
  readonly documents: readonly {
    readonly document: string
    readonly label: string
    readonly title: string
    readonly language: string
    readonly sha256: string
  }[]
  /** The change that was accepted before its time, where it was one. */
  readonly change: string | null
  readonly address: string
  readonly at: number
  /** Random: the ledger holds the digest of the receipt, and nobody may find the address or the names in it by trying. */
  readonly salt: string
}

/** What was accepted, as canonical JSON: the ledger holds its digest, so that it can be checked later by whoever is shown it. */
export function receiptText({ entity, documents, developer, at, ...rest }: ReceiptOf): string {
  return canonicalJson({
    v: 1,
    kind: 'handfast.acceptance',
    ...rest,
    developer: { ...developer },
    entity: { name: entity.name, address: entity.address, law: entity.law, courts: entity.courts },
    documents: documents.map((one) => ({ ...one })),
    at: rfc3339(at),
  })
}
