export { browserCookie } from './browser-cookie.ts'
export { OAuthDoor } from './door.ts'
export { challenge } from './metadata.ts'
