import { FileMissingError, type FileOwner, type HandedFiles } from '../files/index.ts'
import type { ConnectorId } from '../lib/index.ts'
import type { FileDesk } from '../upstream/index.ts'

/** The files of one person, for calls of one connector. */
export function fileDesk(files: HandedFiles, owner: FileOwner, connector: ConnectorId): FileDesk {
  const found = async (id: string) => {
    try {
      return await files.open(owner, id)
    } catch (error) {
      if (error instanceof FileMissingError) return undefined
      throw error
    }
  }
  return {
    open: found,
    async link(id) {
      const file = await found(id)
      return file && { name: file.name, id, mime_type: file.mediaType, download_link: files.linkTo(owner, id, connector) }
    },
    async keep(file) {
      const { id } = await files.keep(owner, file, { connector })
      return { uri: files.addressOf(id) }
    },
  }
}
