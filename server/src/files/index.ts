export { controls } from './controls.ts'
export { FileMissingError, FilesFullError, FileTooLargeError } from './file-errors.ts'
export { type FileOwner, type HandedFile, HandedFiles, type KeptFile, LINK_MS, MAX_FILE_BYTES } from './handed-files.ts'
