/** Where everything of the story lies. Removing this folder removes the story. */
import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const REPOSITORY = fileURLToPath(new URL('..', import.meta.url))

export interface StoryFolder {
  readonly root: string
  /** The process that tells the story now; one at a time. */
  readonly teller: string
  /** Which acts are over, and when the story began. */
  readonly progress: string
  /** The manufacturer's offline keys, signed metadata and drafts. */
  readonly desk: string
  /** Passphrase of those keys; a real desk asks for it. */
  readonly passphrase: string
  /** The server's public keys, for the desk. */
  readonly serverKeys: string
  readonly artifacts: string
  readonly server: {
    readonly settings: string
    readonly data: string
    readonly adminToken: string
    /** A file with a one-time link. */
    readonly firstAdministrator: string
    /** Who vouches for the pages of the public listener. */
    readonly ca: string
  }
  /** Process records, so that the next start finds what an interrupted one left running. */
  readonly processes: string
  /** The same of the commands it waits for. */
  readonly commands: string
  readonly logs: string
  readonly devices: string
  /** Where the story is told with them. */
  readonly postgres: string
  readonly mosquitto: string
  /** What the story makes here, but for `teller` and `progress`: beginning anew removes it. */
  readonly contents: readonly string[]
  device(id: string): {
    readonly folder: string
    readonly settings: string
    readonly pack: string
    readonly data: string
  }
}

export function storyFolder(root: string): StoryFolder {
  const places = {
    desk: join(root, 'desk'),
    passphrase: join(root, 'passphrase'),
    serverKeys: join(root, 'online-keys.json'),
    artifacts: join(root, 'artifacts'),
    processes: join(root, 'processes'),
    commands: join(root, 'commands'),
    logs: join(root, 'logs'),
    devices: join(root, 'devices'),
    postgres: join(root, 'postgres'),
    mosquitto: join(root, 'mosquitto'),
  }
  const server = { settings: join(root, 'server.json'), data: join(root, 'server') }
  return {
    root,
    teller: join(root, 'teller.json'),
    progress: join(root, 'story.json'),
    ...places,
    server: {
      ...server,
      adminToken: join(server.data, 'admin-token'),
      firstAdministrator: join(server.data, 'first-administrator'),
      ca: join(server.data, 'ca', 'server-ca.pem'),
    },
    contents: [...Object.values(places), ...Object.values(server)],
    device: (id) => ({
      folder: join(root, 'devices', id),
      settings: join(root, 'devices', id, 'settings.json'),
      pack: join(root, 'devices', id, 'factory-pack'),
      data: join(root, 'devices', id, 'data'),
    }),
  }
}

/**
 * What lies in the folder when it is neither empty nor a story's; undefined when a story may be told in it.
 * A mistyped `--folder` must not cost anybody their files.
 */
export function strangersIn(folder: StoryFolder): readonly string[] | undefined {
  if (existsSync(folder.progress)) return undefined
  const strangers = readdirSync(folder.root).filter((name) => name !== basename(folder.teller))
  return strangers.length > 0 ? strangers : undefined
}
