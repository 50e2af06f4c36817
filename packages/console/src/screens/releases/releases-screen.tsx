import { Screen } from '../../pieces/screen.tsx'
import { say } from '../../words/say.tsx'

export function ReleasesScreen() {
  return <Screen title={say('screens.releases')} />
}
