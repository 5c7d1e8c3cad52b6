// The door of commands: what reads documents on the thread that calls. A server has a thread for that, and keeps none of these parsers in memory.
export { isArchive, unpack } from './archive.ts'
export { linesOf } from './line-numbers.ts'
export { type OpenApiDocument, readDocument } from './read-document.ts'
