import type { Refusal } from '../lib/index.ts'
import { AddressNotPublicError, NameNotFoundError, PortRefusedError, RequestMalformedError, SchemeRefusedError } from './egress-errors.ts'
import { type Denial, portOf } from './judge.ts'

/** The refusal that a caller gets for a denial of the judge. */
export function refusalOf(url: URL, denial: Denial, addresses: readonly string[]): Refusal {
  switch (denial.because) {
    case 'malformed':
      return new RequestMalformedError(`This address cannot be called: ${denial.rule}.`)
    case 'scheme':
      return new SchemeRefusedError(url.protocol)
    case 'port':
      return new PortRefusedError(portOf(url))
    case 'name-not-found':
      return new NameNotFoundError(url.hostname)
    case 'address-not-public':
      return new AddressNotPublicError(url.hostname, denial.rule, addresses)
  }
}
