/** What a product and its self-test may see of the agent's own environment (docs/integrating/README.md). */
const INHERITED = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR'] as const

export function inheritedEnvironment(
  agentEnvironment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const inherited = INHERITED.flatMap((name) => {
    const value = agentEnvironment[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(inherited)
}
