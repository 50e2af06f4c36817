/** Where everything of the story lies. Removing this folder removes the story. */
import { join } from 'node:path'
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
  readonly artifacts: string
  readonly server: { readonly settings: string; readonly data: string; readonly adminToken: string }
  /** Process records, so that the next start finds what an interrupted one left running. */
  readonly processes: string
  readonly logs: string
  readonly devices: string
  device(id: string): {
    readonly folder: string
    readonly settings: string
    readonly pack: string
    readonly data: string
  }
}

export function storyFolder(root: string): StoryFolder {
  return {
    root,
    teller: join(root, 'teller.json'),
    progress: join(root, 'story.json'),
    desk: join(root, 'desk'),
    passphrase: join(root, 'passphrase'),
    artifacts: join(root, 'artifacts'),
    server: {
      settings: join(root, 'server.json'),
      data: join(root, 'server'),
      adminToken: join(root, 'server', 'admin-token'),
    },
    processes: join(root, 'processes'),
    logs: join(root, 'logs'),
    devices: join(root, 'devices'),
    device: (id) => ({
      folder: join(root, 'devices', id),
      settings: join(root, 'devices', id, 'settings.json'),
      pack: join(root, 'devices', id, 'factory-pack'),
      data: join(root, 'devices', id, 'data'),
    }),
  }
}
