import { z } from 'zod'
import { time } from './page.ts'

const fileId = z.string().regex(/^fil_[0-9a-f]{32}$/)

export const handOver = z.strictObject({
  name: z.string().trim().min(1).max(200).describe('Name of the file'),
  mediaType: z
    .string()
    .max(100)
    .regex(/^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/, 'This is not a media type.')
    .default('application/octet-stream'),
  // Read to the end only once, when it is decoded.
  data: z.string().max(14_000_000).describe('Its bytes in base64; at most 10 MiB of them'),
})

export const handedFile = z.object({
  id: fileId.describe('What arguments name the file by'),
  name: z.string(),
  mediaType: z.string(),
  size: z.int(),
  expiresAt: time,
})
export type HandedFileView = z.infer<typeof handedFile>

export const fileInPath = z.strictObject({ id: fileId })
export const fileByLink = z.strictObject({ link: z.string().min(1).max(4_000) })
