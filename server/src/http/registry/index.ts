export { RegistryDoor } from './registry-door.ts'
