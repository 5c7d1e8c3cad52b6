import { MINUTE } from '../lib/index.ts'
import { CodeUnknownError } from './authorization-errors.ts'
import { RateWindow } from './rate-window.ts'
import type { KeptRecord } from './record-store.ts'
import { type AccessRequest, type Answer, clientOf, describeRequest, type Person, paramsOf, preparing, type RequestRooms } from './requests.ts'

/** Codes that a person may try, and that all people together may: 20^8 codes cannot be guessed at this pace within ten minutes (RFC 8628 section 5.1). */
const TRIES = { perKey: 10, inTotal: 200, windowMs: 10 * MINUTE }

/** Requests of devices without a browser (RFC 8628): the person types the code that the device shows. */
export class DeviceRequests {
  readonly #rooms: RequestRooms
  readonly #tries: RateWindow

  constructor(rooms: RequestRooms) {
    this.#rooms = rooms
    this.#tries = new RateWindow(rooms.clock, TRIES)
  }

  /** @throws CodeUnknownError | TooManyRequestsError */
  async describe(userCode: string, person: Person): Promise<AccessRequest> {
    const record = await this.#open(userCode, person)
    const params = paramsOf(record)
    const client = await clientOf(this.#rooms, params)
    const request = await describeRequest(this.#rooms, record, params, client, person, { kind: 'device', target: 'a device', uri: '' })
    const info = record.payload['deviceInfo'] as { readonly address?: unknown; readonly agent?: unknown } | undefined
    return { ...request, device: { address: String(info?.address ?? ''), agent: String(info?.agent ?? '') } }
  }

  /** Writes down what the person decided; the device learns it when it asks next. @throws CodeUnknownError | RequestOverError | TooManyRequestsError */
  async decide(userCode: string, person: Person, answer: Answer): Promise<void> {
    const { records, storage, enforcement, clock } = this.#rooms
    const record = await this.#open(userCode, person)
    const params = paramsOf(record)
    const client = await clientOf(this.#rooms, params)
    const now = clock.now()
    if (!answer.yes) {
      const payload = { ...record.payload, error: 'access_denied', errorDescription: 'the person said no' }
      return void (await storage.write([records.deciding(record, payload, null, now)]))
    }
    const { grant, writes, keys, scope } = await preparing(this.#rooms, params, client, person, answer, 'a device')
    const payload = { ...record.payload, accountId: person.user, grantId: grant.id, scope, resource: grant.resource }
    await enforcement.change([records.deciding(record, payload, grant.id, now), ...writes], keys)
  }

  async #open(userCode: string, person: Person): Promise<KeptRecord> {
    this.#tries.take(person.user)
    const record = await this.#rooms.records.findByUserCode(userCode.toUpperCase().replaceAll(/[^A-Z]/g, ''))
    if (record === null || record.consumedAt !== null || record.grant !== null || record.expiresAt <= this.#rooms.clock.now())
      throw new CodeUnknownError()
    this.#tries.giveBack(person.user)
    return record
  }
}
