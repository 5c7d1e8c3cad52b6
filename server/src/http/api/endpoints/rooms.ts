import type { Authorization } from '../../../authorization/index.ts'
import type { People } from '../../../people/index.ts'

export type PeopleRooms = { readonly people: People; readonly authorization: Authorization }

/** What endpoints say about the installation. */
export type SiteFacts = { readonly publicUrl: URL; readonly name: string; readonly version: string }
