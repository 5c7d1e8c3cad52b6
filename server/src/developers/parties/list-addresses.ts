import type { ListSource } from './party.ts'
import { ListAddressError } from './party-errors.ts'

/** Which files a source has. The names are ours; where they come from is the operator's to say. */
export const filesOf: Readonly<Record<ListSource, readonly string[]>> = {
  'ofac-sdn': ['sdn.csv', 'add.csv', 'alt.csv'],
  'us-csl': ['consolidated.json', 'consolidated.csv'],
}

export type ListAddresses = Readonly<Record<string, string>>

/** @throws ListAddressError */
export function checkAddresses(source: ListSource, addresses: ListAddresses): void {
  const files = Object.entries(addresses)
  if (files.length === 0) throw new ListAddressError('/files', 'name at least one file')
  for (const [file, address] of files) {
    const url = URL.parse(address)
    if (!filesOf[source].includes(file)) throw new ListAddressError(`/files/${file}`, `it has no such file, but ${filesOf[source].join(', ')}`)
    if (url === null || !['https:', 'http:'].includes(url.protocol)) throw new ListAddressError(`/files/${file}`, 'this is no address on the web')
    if (url.username !== '' || url.password !== '') throw new ListAddressError(`/files/${file}`, 'an address here holds no name and no password')
  }
}
