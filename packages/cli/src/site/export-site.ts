/** Copies what the public listener answers to anybody into a folder for any web host. */
import { Refusal } from '../refusal.ts'
import type { Terminal } from '../terminal.ts'
import type { PublicListener } from './public-listener.ts'
import { SiteFolder, type WrittenFile } from './site-folder.ts'
import { parseSiteList, SITE_LIST_MAX_BYTES, type SiteList } from './site-list.ts'

/** Pages and documents; declarations that were signed on paper are the longest. */
const FILE_MAX_BYTES = 32 * 1024 ** 2
const IN_ALL_MAX_BYTES = 4 * 1024 ** 3
const ATTEMPTS = 3

export interface ExportOptions {
  readonly out: string
  readonly withArtifacts: boolean
  readonly terminal: Terminal
}

export interface ExportedSite {
  readonly publicUrl: string
  readonly state: string
  readonly files: readonly WrittenFile[]
  /** When security.txt ends; undefined without one. */
  readonly securityTextUntil: string | undefined
}

export async function exportSite(
  listener: PublicListener,
  { out, withArtifacts, terminal }: ExportOptions,
): Promise<ExportedSite> {
  const listPath = `/site.json${withArtifacts ? '?with=artifacts' : ''}`
  const listed = async () => parseSiteList(await listener.read(listPath, SITE_LIST_MAX_BYTES))
  let list = await listed()
  const folder = await SiteFolder.begin(out)
  try {
    for (let attempt = 1; ; attempt += 1) {
      const securityTextUntil = await fetchAll(listener, { list, folder, terminal })
      const after = await listed()
      if (after.state === list.state) {
        const { publicUrl, state } = list
        return {
          publicUrl,
          state,
          securityTextUntil,
          files: await folder.finish({ publicUrl, state }),
        }
      }
      if (attempt === ATTEMPTS) throw keepsChanging()
      list = after
      await folder.startAgain()
    }
  } catch (error) {
    await folder.giveUp()
    throw error
  }
}

async function fetchAll(
  listener: PublicListener,
  {
    list: { files },
    folder,
    terminal,
  }: { readonly list: SiteList; readonly folder: SiteFolder; readonly terminal: Terminal },
): Promise<string | undefined> {
  let length = 0
  let until: string | undefined
  await folder.requireRoom(files.reduce((sum, { artifact }) => sum + (artifact?.length ?? 0), 0))
  for (const [index, { path, file, artifact }] of files.entries()) {
    terminal.progress(`${index + 1} of ${files.length}: ${file}`, index + 1 === files.length)
    if (artifact !== undefined) {
      await folder.place(file, async (target) => {
        await listener.readInto(target, path, artifact)
        return artifact
      })
      continue
    }
    const bytes = await listener.read(path, FILE_MAX_BYTES)
    length += bytes.length
    if (length > IN_ALL_MAX_BYTES) throw tooLong()
    if (file === '.well-known/security.txt') {
      until = /^Expires: (\S+)$/m.exec(bytes.toString('utf8'))?.[1]
    }
    await folder.write(file, bytes)
  }
  return until
}

function keepsChanging(): Refusal {
  return new Refusal('SITE_CHANGED', 'The site changed while it was copied, three times', {
    next: 'Nothing was put in place. Try again when nobody publishes.',
  })
}

function tooLong(): Refusal {
  return new Refusal('SITE_TOO_LONG', 'The pages have more than 4 GiB altogether', {
    next: 'Nothing was put in place. Ask who runs the server.',
  })
}
