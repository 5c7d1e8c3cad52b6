export { appendEntry, type Entry, entryBody, ledgerEntries, record } from './entry.ts'
