/**
 * One installation of an image as a process of its own, to be watched and to be killed. Its folder holds
 * `artifact`, slots A and B, the environment of the bootloader and the agent's record of its slots.
 */
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { countedTries } from '../../packages/agent/src/installers/bootloader/boot-conventions.ts'
import { FileEnvironment } from '../../packages/agent/src/installers/bootloader/file-environment.ts'
import { SystemBootloader } from '../../packages/agent/src/installers/bootloader/system-bootloader.ts'
import { RawImageInstaller } from '../../packages/agent/src/installers/raw-image/raw-image-installer.ts'
import { artifactPath } from '../../packages/agent/src/transfer/partial-artifact.ts'
import { releaseOf } from './slot-artifact.ts'

export function imageInstallation(folder: string) {
  const bootloader = new SystemBootloader({
    variables: new FileEnvironment(join(folder, 'environment')),
    convention: countedTries,
    trialBoots: 3,
    bootedSlot: async () => 'A',
    bootId: async () => 'boot',
    armedPath: join(folder, 'armed.json'),
    reboot: () => Promise.reject(new Error('not here')),
    log: { write: () => {} },
  })
  const place = (name: string) => ({ path: join(folder, name), type: 'file' }) as const
  const installer = new RawImageInstaller({
    slotsFolder: join(folder, 'slots'),
    downloadFolder: folder,
    places: { A: place('a.img'), B: place('b.img') },
    selfTest: ['/bin/true'],
    forbid: (slot) => bootloader.forbid(slot),
    log: { write: () => {} },
  })
  return {
    installer,
    bootloader,
    /** What the transfer left, in `raw`. */
    async install(version: string, image: Uint8Array): Promise<void> {
      const { release } = releaseOf(image, {
        ...{ version, format: 'raw', release: { installer: 'raw-image' } },
      })
      await writeFile(join(folder, 'incoming'), image)
      await rename(join(folder, 'incoming'), artifactPath(folder, release.sha256))
      await installer.write(release, 'B', { signal: new AbortController().signal })
    },
  }
}

const [folder, version] = process.argv.slice(2)
if (import.meta.main && folder !== undefined && version !== undefined) {
  await imageInstallation(folder).install(version, await readFile(join(folder, 'image')))
}
