export const projector = {
  title: 'Projector',
}
