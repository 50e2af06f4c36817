/** `fleetward-agent factory-install`: fills slot A where the device is made. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { makeDirectory } from '@fleetward/platform'
import { formatOfName, INSTALLER_FORMATS } from '@fleetward/shared'
import { JsonLog } from '../adapters/json-log.ts'
import { claimDataFolder } from '../data-folder/claim-data-folder.ts'
import { installationPlaces } from '../data-folder/installation-places.ts'
import { fillFactorySlot } from '../installers/installers.ts'
import { BaselineFile } from '../integrity/baseline.ts'
import { type AgentCommand, textOf, UsageError } from './command.ts'

export const factoryInstallCommand: AgentCommand = {
  name: 'factory-install',
  usage: '--artifact FILE --version VERSION --security-counter N',
  summary: 'Fills slot A where the device is made, before its first run.',
  examples: [
    'fleetward-agent factory-install --settings /etc/fleetward/settings.json --artifact lumen-gateway-g1-1.4.2.tar.gz --version 1.4.2 --security-counter 1',
  ],
  options: {
    artifact: { type: 'string' },
    version: { type: 'string' },
    'security-counter': { type: 'string' },
  },
  run: async ({ settings: load, values, out }) => {
    const settings = await load()
    const artifact = textOf(values, 'artifact')
    const version = textOf(values, 'version')
    const securityCounter = Number(textOf(values, 'security-counter'))
    const isCounter = Number.isSafeInteger(securityCounter) && securityCounter >= 1
    if (artifact === undefined || version === undefined || !isCounter) {
      throw new UsageError(
        'factory-install needs --artifact FILE, --version VERSION and --security-counter N, at least 1.',
      )
    }
    const { kind } = settings.installer
    const format = formatOfName(kind, artifact)
    if (format === undefined) {
      const known = INSTALLER_FORMATS[kind].map((ending) => `.${ending}`).join(' or ')
      throw new UsageError(`${artifact} does not end in ${known}.`)
    }
    if (!existsSync(artifact)) throw new UsageError(`There is no file ${resolve(artifact)}.`)
    const { folder } = installationPlaces(settings)
    await makeDirectory(folder, settings.privileges === undefined ? 0o700 : 0o755)
    const release = await claimDataFolder(folder)
    try {
      // Before: a cut in between must not make what was filled look like damage.
      if (settings.privileges === undefined) await new BaselineFile(folder).forgetSlot('A')
      const filled = { artifactPath: resolve(artifact), format, version, securityCounter }
      await fillFactorySlot(filled, {
        settings,
        log: new JsonLog(process.stderr, settings.device),
        environment: process.env,
        signal: new AbortController().signal,
      })
    } finally {
      await release()
    }
    const done = { event: 'factory-installed', device: settings.device, version, securityCounter }
    // A line of JSON in any case: what fills devices is a program.
    out.answer(done, [JSON.stringify(done)])
    return 0
  },
}
