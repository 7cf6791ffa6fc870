; Windows offers a program for tel: and sip: links only when its installer has written what it can open (Capabilities);
; the person then chooses it in the settings of Windows. After "--" nothing in a link is read as a switch of the program.
!macro customInstall
  WriteRegStr SHCTX "Software\Classes\CallSync.Link" "" "URL:CallSync Central"
  WriteRegStr SHCTX "Software\Classes\CallSync.Link" "URL Protocol" ""
  WriteRegStr SHCTX "Software\Classes\CallSync.Link\DefaultIcon" "" "$INSTDIR\${APP_EXECUTABLE_FILENAME},0"
  WriteRegStr SHCTX "Software\Classes\CallSync.Link\shell\open\command" "" '"$INSTDIR\${APP_EXECUTABLE_FILENAME}" -- "%1"'
  WriteRegStr SHCTX "Software\CallSync Central\Capabilities" "ApplicationName" "CallSync Central"
  WriteRegStr SHCTX "Software\CallSync Central\Capabilities" "ApplicationDescription" "Softphone and call cards"
  WriteRegStr SHCTX "Software\CallSync Central\Capabilities\URLAssociations" "tel" "CallSync.Link"
  WriteRegStr SHCTX "Software\CallSync Central\Capabilities\URLAssociations" "sip" "CallSync.Link"
  WriteRegStr SHCTX "Software\CallSync Central\Capabilities\URLAssociations" "sips" "CallSync.Link"
  WriteRegStr SHCTX "Software\CallSync Central\Capabilities\URLAssociations" "callto" "CallSync.Link"
  WriteRegStr SHCTX "Software\CallSync Central\Capabilities\URLAssociations" "callsync" "CallSync.Link"
  WriteRegStr SHCTX "Software\RegisteredApplications" "CallSync Central" "Software\CallSync Central\Capabilities"
!macroend

!macro customUnInstall
  DeleteRegValue SHCTX "Software\RegisteredApplications" "CallSync Central"
  DeleteRegKey SHCTX "Software\CallSync Central"
  DeleteRegKey SHCTX "Software\Classes\CallSync.Link"
!macroend
