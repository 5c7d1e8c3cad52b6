import { SessionCookie } from '../api/session-cookie.ts'

/**
 * The secret that says: this is the browser in which an assistant's request began. It says nothing about who is in front of it, holds nothing
 * by itself (what it stands for is kept on our side), and is set when a request begins, never by an answer.
 */
export function browserCookie(https: boolean): SessionCookie {
  return new SessionCookie(https, 'handfast-browser')
}

/** As long as a request may wait, and the time to answer a few that follow each other. */
export const BROWSER_COOKIE_SECONDS = 3_600
