export { McpDoor } from './door.ts'
export type { McpOptions, McpRooms } from './rooms.ts'
