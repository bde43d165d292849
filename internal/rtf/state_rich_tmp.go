package rtf

type richState struct{}

var plainState richState
