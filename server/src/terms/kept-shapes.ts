import { idOf } from '@handfast/contract'
import { z } from 'zod'

/** Which documents an acceptance names, as its column and its entry in the ledger have them. */
export const acceptedDocuments = z.array(z.object({ document: z.string(), edition: idOf('edn'), sha256: z.string() })).readonly()

/** A change in other languages, as its column has them. */
export const keptTexts = z.array(z.object({ language: z.string(), title: z.string(), body: z.string(), sha256: z.string() })).readonly()
