import type { DirectoryEntry } from '../api/connectors.ts'

type Status = DirectoryEntry['status']

/** Calls go through; it can be on its way to its end. */
export function isUsable(status: Status): boolean {
  return status === 'live' || status === 'ending'
}

export const standingWords: Readonly<Record<Status, string>> = {
  live: 'Live',
  paused: 'Paused',
  suspended: 'Suspended',
  ending: 'Ends soon',
  removed: 'Removed',
}
