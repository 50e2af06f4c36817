/** `fleetward site export`: everything that the public may read, as files for any web host. */
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { exportSite } from '../../site/export-site.ts'
import { PublicListener } from '../../site/public-listener.ts'
import { type Surroundings, withExamples } from '../command-line.ts'
import { readServerCa } from '../server-options.ts'

interface SiteOptions {
  readonly out: string
  readonly publicUrl: string
  readonly serverCa?: string
  readonly withArtifacts?: boolean
}

export function addSite(site: Command, { terminal, finish }: Surroundings): void {
  const exported = site
    .command('export')
    .description('copy the public pages, advisories and declarations into a folder for a web host')
    .requiredOption('--out <folder>', 'replaced as a whole, if an export wrote it')
    .option('--public-url <url>', 'the public listener', 'https://localhost:8444')
    .option('--server-ca <file>', 'certificate authority of the server, PEM')
    .option('--with-artifacts', 'the files of releases too, where everybody may have them')
    .action(async ({ out, publicUrl, serverCa, withArtifacts = false }: SiteOptions) => {
      const ca = serverCa === undefined ? undefined : await readServerCa(serverCa)
      const listener = new PublicListener({ url: publicUrl, ca })
      try {
        const done = await exportSite(listener, { out, withArtifacts, terminal })
        const { files, securityTextUntil } = done
        const bytes = files.reduce((sum, { length }) => sum + length, 0)
        const until = securityTextUntil ?? null
        finish({
          json: {
            ...{ folder: resolve(out), publicUrl: done.publicUrl, state: done.state },
            ...{ files: files.length, bytes, securityTextUntil: until },
          },
          lines: [
            `${files.length} files, ${bytes} bytes, in ${resolve(out)}`,
            `Advisories, feeds and security.txt in it name ${done.publicUrl}: serve it there, or look at index.html from the disk.`,
            ...(until === null ? [] : [`Its security.txt ends at ${until}: export again before.`]),
          ],
        })
      } finally {
        listener.close()
      }
    })
  withExamples(
    exported,
    'site export --out site --public-url https://updates.example.com',
    'site export --out site --public-url https://localhost:8444 --server-ca server-ca.pem --with-artifacts',
  )
}
