import type { DeveloperView } from '@handfast/contract'
import type { House } from './house.ts'
import { ApiRefusedError, UsageError } from './say.ts'
import type { PersonFlags } from './settings-options.ts'

/** The installation, loaded when it is asked for. */
export async function openHouse(flags: PersonFlags): Promise<House> {
  const { House } = await import('./house.ts')
  return await House.open(flags)
}

/** The id of an organisation that is named by its id or by its name. @throws UsageError where none or several are meant */
export async function organisation(house: House, which: string): Promise<string> {
  if (/^dev_[0-9a-f]{32}$/.test(which)) return which
  const own = (await house.ask<{ readonly items: readonly DeveloperView[] }>('/api/v1/developers')).items
  const found = own.filter(({ name }) => name === which)
  const all = found.length > 0 ? found : (await everybody(house)).filter(({ name }) => name === which)
  if (all.length === 1) return all[0]?.id ?? which
  throw new UsageError(
    all.length === 0 ? `There is no organisation named ${which}.` : `Several organisations are named ${which}. Say which by its id.`,
  )
}

async function everybody(house: House): Promise<readonly Omit<DeveloperView, 'role'>[]> {
  try {
    return await house.all('/api/v1/all-developers')
  } catch (error) {
    if (error instanceof ApiRefusedError && error.status === 403) return []
    throw error
  }
}
