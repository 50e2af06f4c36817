/** Ports for the server: the usual ones where they are free, any free ones otherwise. */
import { createServer } from 'node:net'

const USUAL = { mqtt: 8883, device: 8443, public: 8444, operator: 8080 } as const
export type Ports = Record<keyof typeof USUAL, number>

export async function freePorts(): Promise<Ports> {
  const ports: Partial<Ports> = {}
  for (const [use, usual] of Object.entries(USUAL) as [keyof Ports, number][]) {
    ports[use] = (await isFree(usual)) ? usual : await anyFree()
  }
  return ports as Ports
}

export const isUsual = (ports: Ports): boolean =>
  (Object.keys(USUAL) as (keyof Ports)[]).every((use) => ports[use] === USUAL[use])

async function isFree(port: number): Promise<boolean> {
  return (await listenOnce(port)) !== undefined
}

export async function anyFree(): Promise<number> {
  const port = await listenOnce(0)
  if (port === undefined) throw new Error('No port of 127.0.0.1 is free')
  return port
}

function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' ? address?.port : undefined))
    })
  })
}
