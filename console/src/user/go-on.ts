import { localPath } from '@handfast/contract/local-path'

/** Where to go on after signing in: a path of this very site, or home. */
export function goOn(next: string | null | undefined): string {
  return localPath(next) ?? '/'
}

/** Pages of the server itself, which this console does not draw. */
export function isServerPage(path: string): boolean {
  return path.startsWith('/oauth/') || path.startsWith('/api/')
}
