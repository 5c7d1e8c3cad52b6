import { readFileSync } from 'node:fs'
import { sha256 } from '../lib/index.ts'
import type { ContractingEntity, OperatorDetails } from './contracting-entity.ts'
import { type DocumentName, documents } from './edition.ts'

/** Label of the editions that ship with this version. A changed text gets a new one. */
const SHIPPED_LABEL = '2026-11'

export type ShippedDocument = { readonly document: DocumentName; readonly label: string; readonly body: string; readonly sha256: string }

/** A slot in a document that the settings do not fill. */
export class SlotUnknownError extends Error {
  override readonly name = 'SlotUnknownError'
}

/** The texts that ship, with the operator's details filled in. Different details make other words, hence another digest and another edition. */
export function shippedDocuments(operator: OperatorDetails): readonly ShippedDocument[] {
  const { noticesTo, europe, elsewhere } = operator
  const slots: Readonly<Record<string, string>> = {
    notices_to: stated(noticesTo === undefined || noticesTo === '' ? elsewhere.address : noticesTo),
    ...entitySlots('europe', europe),
    ...entitySlots('elsewhere', elsewhere),
  }
  return documents.map((document) => {
    const text = readFileSync(new URL(`./documents/${document}.md`, import.meta.url), 'utf8')
    const body = text.replace(/\{\{(\w+)\}\}/g, (_slot, name: string) => {
      const value = slots[name]
      if (value === undefined) throw new SlotUnknownError(`The document ${document} has a slot {{${name}}} that nothing fills.`)
      return value
    })
    return { document, label: SHIPPED_LABEL, body, sha256: sha256(body) }
  })
}

function entitySlots(prefix: string, { name, address, law, courts }: ContractingEntity): Readonly<Record<string, string>> {
  return {
    [`${prefix}_name`]: stated(name),
    [`${prefix}_address`]: stated(address),
    [`${prefix}_law`]: stated(law),
    [`${prefix}_courts`]: stated(courts),
  }
}

/** A gap is shown as a gap: nobody should accept a sentence that only looks complete. */
function stated(detail: string | undefined): string {
  return detail === undefined || detail.trim() === '' ? '(not stated by the operator)' : detail
}
