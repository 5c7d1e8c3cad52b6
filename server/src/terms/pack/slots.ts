import type { ContractingEntity, OperatorDetails } from '../contracting-entity.ts'

const SLOT = /\{\{\s*(\w+)\s*\}\}/g

/** Slots that the settings of the operator fill. */
export const operatorSlots = [
  'notices_to',
  'europe_name',
  'europe_address',
  'europe_law',
  'europe_courts',
  'elsewhere_name',
  'elsewhere_address',
  'elsewhere_law',
  'elsewhere_courts',
] as const

/** A slot in a document that neither the settings nor the pack fill. */
export class SlotUnknownError extends Error {
  override readonly name = 'SlotUnknownError'
}

export function slotsIn(text: string): readonly string[] {
  return [...text.matchAll(SLOT)].map(([, name]) => name ?? '')
}

/** What fills each slot. The operator's own settings outrank what a pack says. */
export function slotValues(
  { noticesTo, europe, elsewhere }: OperatorDetails,
  more: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return {
    ...more,
    notices_to: stated(noticesTo === undefined || noticesTo === '' ? elsewhere.address : noticesTo),
    ...entitySlots('europe', europe),
    ...entitySlots('elsewhere', elsewhere),
  }
}

/** @throws SlotUnknownError */
export function fill(text: string, slots: Readonly<Record<string, string>>): string {
  return text.replace(SLOT, (_, name: string) => {
    const value = Object.hasOwn(slots, name) ? slots[name] : undefined
    if (value === undefined) throw new SlotUnknownError(`A document has a slot {{${name}}} that nothing fills.`)
    return value
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
