export const scenes = {
  title: 'Scenes',
}
