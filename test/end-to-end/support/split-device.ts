/** A device whose agent is two processes and whose product is a third user, as the Debian package has it. */
import { execFile } from 'node:child_process'
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { firmware } from './firmware.ts'
import { FACTORY_VERSION, type Fleet } from './fleet.ts'
import { AGENT, type FleetDevice } from './fleet-device.ts'

export interface SplitPlan {
  readonly cohort: string
  /** The agent's program, in place of the repository's. */
  readonly program?: string
  /** Both left out, all three are whoever runs the test. */
  readonly network?: { readonly uid: number; readonly gid: number }
  readonly product?: { readonly uid: number; readonly name: string }
  readonly setClockCommand?: readonly string[]
}

export const installerSocketOf = ({ folder }: Pick<FleetDevice, 'folder'>) =>
  join(folder, 'run', 'installer.sock')
export const ownersFolderOf = ({ folder }: Pick<FleetDevice, 'folder'>) => join(folder, 'owner')

export async function splitDevice(fleet: Fleet, id: string, plan: SplitPlan): Promise<FleetDevice> {
  const { cohort, program = AGENT, network, product, setClockCommand = ['/bin/false'] } = plan
  const folder = join(fleet.folder, 'devices', id)
  if (network !== undefined) await chmod(fleet.folder, 0o711)
  const device = await fleet.device(id, {
    cohort,
    settings: {
      privileges: {
        socket: installerSocketOf({ folder }),
        dataFolder: join(folder, 'installer'),
        setClockCommand,
        ...(product === undefined ? {} : { productUser: product.name }),
      },
      ownersData: { folder: ownersFolderOf({ folder }) },
    },
    fillSlot: async (made) => {
      await mkdir(ownersFolderOf(made))
      if (network !== undefined) await giveFolders(made, network, product?.uid ?? 0)
      const artifact = join(folder, 'factory.tar.zst')
      await writeFile(artifact, firmware({ version: FACTORY_VERSION }).artifact)
      await promisify(execFile)(program, [
        ...['factory-install', '--settings', made.settingsFile, '--artifact', artifact],
        ...['--version', FACTORY_VERSION, '--security-counter', '1'],
      ])
    },
  })
  device.program = program
  return device
}

/** What tmpfiles and the service manager make on a device. */
async function giveFolders(
  device: FleetDevice,
  { uid, gid }: { uid: number; gid: number },
  productUid: number,
): Promise<void> {
  const { folder, data } = device
  await mkdir(join(folder, 'run'), { mode: 0o750 })
  await chown(join(folder, 'run'), 0, gid)
  await mkdir(data, { mode: 0o700 })
  await chown(data, uid, gid)
  await chown(ownersFolderOf(device), productUid, gid)
  await chmod(ownersFolderOf(device), 0o2770)
  const pack = join(folder, 'pack')
  for (const name of ['root.json', 'server-ca.pem', 'factory.json', 'factory-settings.json']) {
    await chmod(join(pack, name), 0o644)
  }
  await chown(join(pack, 'enrolment-token'), 0, gid)
  await chmod(join(pack, 'enrolment-token'), 0o640)
}
