/** `fleetward exposure <vulnerability>`: how many devices are still exposed to it, where, and until when. */
import type { Command } from 'commander'
import { Refusal } from '../../refusal.ts'
import { durationSeconds, type Surroundings, withExamples } from '../command-line.ts'
import { queryOf } from '../devices/device-choice.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'
import { type Exposure, exposureLines } from './exposure-lines.ts'

interface ExposureOptions extends ServerOptions {
  readonly product?: string
  readonly offlineAfter?: number
}

interface ExposureOfAll {
  readonly vulnerability: string
  readonly total: number
  readonly exposed: number
  readonly products: readonly Exposure[]
}

/** As the server makes them. */
const FINDING_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export function addExposure(program: Command, { terminal, finish }: Surroundings): void {
  const exposure = withServer(
    program
      .command('exposure <vulnerability>')
      .description('devices exposed to a CVE, or to a finding of --product; where, and until when')
      .option('--product <name>', 'in this product alone')
      .option('--offline-after <time>', 'offline when not seen for so long, 3d', durationSeconds),
  ).action(async (name: string, options: ExposureOptions) => {
    const client = await openServer(options, terminal)
    const { product, offlineAfter } = options
    const query = queryOf({ offlineAfter: offlineAfter?.toString() })
    if (FINDING_ID.test(name)) {
      const path = `/products/${encodeURIComponent(requireProduct(product))}/findings/${name}`
      const found = (await client.get(`${path}/exposure${query}`)) as Exposure
      finish({ json: found, lines: exposureLines(found) })
      return
    }
    const path = `/vulnerabilities/${encodeURIComponent(name)}/exposure${query}`
    const all = (await client.get(path)) as ExposureOfAll
    const products = all.products.filter((one) => product === undefined || one.product === product)
    if (products.length === 0) throw notInProduct(name, product ?? '')
    const sum = (figure: 'total' | 'exposed') => products.reduce((sum, one) => sum + one[figure], 0)
    const found = { ...all, total: sum('total'), exposed: sum('exposed'), products }
    const first =
      products.length === 1
        ? []
        : [
            `${found.exposed} of ${found.total} devices still exposed, in ${products.length} products`,
          ]
    finish({ json: found, lines: [...first, ...products.flatMap(exposureLines)] })
  })
  withExamples(
    exposure,
    'exposure CVE-2021-21315 --token-file token',
    'exposure CVE-2021-21315 --product lumen-gateway-g1 --offline-after 7d --json --token-file token',
    'exposure 01234567-89ab-4cde-8f01-23456789abcd --product lumen-gateway-g1 --token-file token',
  )
}

function requireProduct(product: string | undefined): string {
  if (product !== undefined) return product
  throw new Refusal('USAGE', 'A finding belongs to a product: give --product', {
    next: 'Or name the vulnerability by its CVE.',
    usage: true,
  })
}

function notInProduct(name: string, product: string): Refusal {
  return new Refusal('NO_SUCH_VULNERABILITY', `${product} has no finding of the name ${name}`, {
    next: 'Without --product you see where it is. What could not be looked up: `fleetward findings coverage`.',
  })
}
