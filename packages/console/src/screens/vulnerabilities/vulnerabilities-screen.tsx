import { Screen } from '../../pieces/screen.tsx'
import { say } from '../../words/say.tsx'

export function VulnerabilitiesScreen() {
  return <Screen title={say('screens.vulnerabilities')} />
}
