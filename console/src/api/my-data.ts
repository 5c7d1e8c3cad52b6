import { ask } from './ask.ts'

/** Where the browser downloads it from. */
export const EXPORT = '/api/v1/me/export'
export const eraseMe = () => ask<void>('POST', '/me/erase', {})
