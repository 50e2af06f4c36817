/** The control file of the package (Debian Policy 5.3). */

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' }

/** Node.js's word in Debian's. */
export function architectureOf(arch: string): string {
  const architecture = ARCHITECTURES[arch]
  if (architecture !== undefined) return architecture
  throw new Error(
    `There is no package for ${arch}; known: ${Object.keys(ARCHITECTURES).join(', ')}`,
  )
}

export function controlFile(fields: {
  readonly version: string
  readonly arch: string
  readonly installedBytes: number
}): string {
  const lines = [
    'Package: fleetward-agent',
    `Version: ${fields.version}`,
    `Architecture: ${architectureOf(fields.arch)}`,
    'Maintainer: Fleetward <agent@fleetward.invalid>',
    `Installed-Size: ${Math.ceil(fields.installedBytes / 1024)}`,
    // What Node.js is linked with; users and folders are made by systemd's tools.
    'Depends: libc6 (>= 2.28), libstdc++6 (>= 10), libgcc-s1, libatomic1, systemd (>= 252)',
    'Recommends: systemd-timesyncd | time-daemon',
    'Suggests: nftables, rauc, u-boot-tools | libubootenv-tool, grub-common, cryptsetup-bin',
    'Section: admin',
    'Priority: optional',
    'Description: device agent that verifies and installs signed updates',
    ' Verifies every update against keys that the manufacturer keeps offline, installs',
    ' it into the slot that does not run, tries it, commits it or goes back, and lets',
    ' the owner of the device postpone, opt out and reset to secure defaults.',
    ' .',
    ' Brings its own Node.js. Runs as two processes: one with the network and no',
    ' rights, one that writes slots and has no network.',
  ]
  return `${lines.join('\n')}\n`
}
