#pragma once

#include <QProcess>
#include <QTemporaryDir>
#include <clocale>
#include <string>

namespace sluice::test {

/// While it lives the program runs where numbers have a decimal comma. The locale is compiled for the
/// occasion, so that it need not be installed (Debian: the package locales has its source).
class CommaLocale {
public:
    CommaLocale() : m_before(std::setlocale(LC_ALL, nullptr)) {
        QProcess::execute("localedef", {"-i", "fr_FR", "-f", "UTF-8", m_folder.filePath("fr_FR.UTF-8")});
        qputenv("LOCPATH", m_folder.path().toUtf8());
        m_holds =
            std::setlocale(LC_ALL, "fr_FR.UTF-8") != nullptr && *std::localeconv()->decimal_point == ',';
    }
    CommaLocale(const CommaLocale&) = delete;
    CommaLocale& operator=(const CommaLocale&) = delete;
    ~CommaLocale() {
        qunsetenv("LOCPATH");
        std::setlocale(LC_ALL, m_before.c_str());
    }
    [[nodiscard]] bool holds() const { return m_holds; }

private:
    const std::string m_before;
    QTemporaryDir m_folder;
    bool m_holds = false;
};

}  // namespace sluice::test
