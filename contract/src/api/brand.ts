import { z } from 'zod'
import { slug } from '../manifest.ts'
import { time } from './page.ts'

const logo = z.base64().max(360_000).nullable().optional().describe('PNG or SVG of at most 256 KiB; null: none; absent: the one before stays')
const digest = z.string().regex(/^[0-9a-f]{64}$/)

export const brandFields = z.strictObject({
  name: z.string().trim().min(1).max(80),
  attribution: z.string().trim().min(1).max(200).describe('Stands beside the name wherever it is shown'),
  clearSpace: z.number().min(0).max(2).default(0.25).describe("In parts of the logo's height"),
  background: z.enum(['light', 'dark', 'any']).default('any'),
  guidelinesUrl: z
    .url({ protocol: /^https$/ })
    .max(1_000)
    .nullable()
    .default(null),
})
export const brandKit = brandFields.extend({ sha256: digest, logoSha256: digest.nullable(), at: time })
export const brandKitView = z.object({ kit: brandKit.nullable().describe('Null: none was supplied, or it was deleted after the end') })
export type BrandKitView = z.infer<typeof brandKitView>
export const setBrand = brandFields.extend({ slug, logo })

export const operatorBrandFields = z.strictObject({
  name: z.string().trim().min(1).max(80),
  guidelines: z.string().trim().min(1).max(20_000).describe('What may be done with the marks'),
})
export const operatorBrand = operatorBrandFields.extend({ sha256: digest.describe('The edition'), logoSha256: digest.nullable(), at: time })
export const operatorBrandView = z.object({
  brand: operatorBrand.nullable(),
  permission: z
    .object({ granted: z.boolean(), because: z.string() })
    .describe('Whether the organisations of whoever asks may use the marks: from the acceptance of the terms to the end of the last agreement'),
})
export type OperatorBrandView = z.infer<typeof operatorBrandView>
export const setOperatorBrand = operatorBrandFields.extend({ logo })
export const logoInPath = z.strictObject({ slug, digest })
export const operatorLogoInPath = z.strictObject({ digest })
